#!/usr/bin/env node
import { evenkeel } from './evenkeel.ts';
import { terminal } from './terminal.ts';

process.exitCode = await evenkeel(process.argv.slice(2), terminal(process), {
  env: process.env,
  now: () => new Date(),
});
