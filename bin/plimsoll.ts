#!/usr/bin/env node
import { createApp } from '../src/compose/app.ts';
import { main } from '../src/interface/cli/main.ts';

process.exitCode = await main(process.argv.slice(2), createApp());
