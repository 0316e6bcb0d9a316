#!/usr/bin/env node
import { nearest } from '../rules/index.ts';
import { InputError } from '../run/input-error.ts';
import { version } from '../run/version.ts';
import { audit } from './audit.ts';
import { explain } from './explain.ts';
import { help } from './help.ts';
import { policy } from './policy.ts';
import { listRules } from './rules.ts';
import { terminal, type Terminal } from './terminal.ts';

/** Takes the arguments behind the command's name; gives the exit status. */
type Command = (args: readonly string[], io: Terminal) => Promise<number> | number;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['audit', audit],
  ['explain', explain],
  ['rules', listRules],
  ['policy', policy],
]);

/** Exit status: 0 and 1 as the command says, 2 for usage and input, 3 where nothing could be done. */
async function main(args: readonly string[], io: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-v') return say(io, `evenkeel ${version}\n`);
  if (name === undefined || name === 'help' || args.includes('--help') || args.includes('-h'))
    return say(io, help);
  const command = commands.get(name);
  if (command === undefined) {
    const near = nearest(name, [...commands.keys()]);
    io.err(
      `evenkeel: there is no command ${JSON.stringify(name)}${near === undefined ? '' : `; did you mean ${near}?`} (evenkeel --help lists them)\n`,
    );
    return 2;
  }
  try {
    return await command(rest, io);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    io.err(`evenkeel ${name}: ${error.message}\n`);
    return 2;
  }
}

function say(io: Terminal, text: string): number {
  io.out(text);
  return 0;
}

process.exitCode = await main(process.argv.slice(2), terminal(process));
