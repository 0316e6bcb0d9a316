import { existsSync } from 'node:fs';
import { armFolder } from './bodies.ts';

/** A check of recorded bodies as a test runs it; where they are not beside the project it says so. */
export function whereRecorded<Given extends readonly unknown[]>(
  check: (...given: Given) => Promise<void>,
): (...given: Given) => Promise<void> {
  return async (...given) => {
    if (existsSync(armFolder)) await check(...given);
    else console.log('skipped: the recorded bodies are not beside the project');
  };
}
