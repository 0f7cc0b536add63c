/** The program with the fake application, as a process of its own. */
import { main } from '../../src/interface/cli/main.ts';
import { FakeApp } from './fakeApp.ts';

process.exitCode = await main(process.argv.slice(2), new FakeApp());
