import { readFileSync } from 'node:fs';
import { InputError } from '../audit/input-error.ts';
import { counted } from '../report/index.ts';
import { ownFile } from '../audit/own-files.ts';
import { policyIn, readPolicyFile } from '../service/policy-file.ts';
import { nearest } from '../rules/index.ts';
import { readOptions } from './options.ts';
import { oneLine, type Invocation } from './terminal.ts';

type PolicyInvocation = Pick<Invocation, 'args' | 'io'>;

/** `evenkeel policy check FILE` and `evenkeel policy schema`. */
export function policy({ args, io }: PolicyInvocation): number {
  const [verb, ...rest] = args;
  if (verb === 'check') return check({ args: rest, io });
  if (verb === 'schema') return schema({ args: rest, io });
  const near = nearest(verb ?? '', ['check', 'schema']);
  throw new InputError(
    `${near === undefined ? '' : `did you mean ${near}? `}usage: evenkeel policy check FILE, or evenkeel policy schema`,
  );
}

/** The JSON Schema of the policy file, for editors: `# yaml-language-server: $schema=FILE`. */
function schema({ args, io }: PolicyInvocation): number {
  readOptions(args, {});
  io.out(readFileSync(ownFile('../policy/policy.schema.json'), 'utf8'));
  return 0;
}

/** 0 where the file is valid, 2 and a line for each fault where it is not. */
function check({ args, io }: PolicyInvocation): number {
  const [file] = readOptions(args, {}, 1).positionals;
  if (file === undefined) throw new InputError('usage: evenkeel policy check FILE');
  const read = policyIn(readPolicyFile(file), file);
  if ('faults' in read) {
    for (const fault of read.faults) io.err(`${oneLine(fault)}\n`);
    const count = read.faults.length;
    io.err(`evenkeel policy: ${counted(count, 'error')}\n`);
    return 2;
  }
  const { rules, exemptions, sourceIp, owners } = read.policy;
  const parts = [
    counted(rules.length, 'rule setting'),
    counted(exemptions.length, 'exemption'),
    counted(sourceIp.length, 'source IP need'),
    counted(Object.keys(owners).length, 'owner'),
  ];
  io.out(`${file}: valid (${parts.join(', ')})\n`);
  return 0;
}
