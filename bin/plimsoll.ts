#!/usr/bin/env node
import { VERSION } from '../src/compose/version.ts';
import { main } from '../src/interface/cli/main.ts';

/** The whole program is only read when a command needs it. */
const load = async () => (await import('../src/compose/app.ts')).createApp();

process.exitCode = await main(process.argv.slice(2), { version: VERSION, load });
