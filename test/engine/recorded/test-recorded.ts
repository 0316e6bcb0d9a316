import { existsSync } from 'node:fs';
import { test } from '@jest/globals';
import { armFolder } from './bodies.ts';

/** A test of recorded bodies; skipped, by its name, where they are not beside the project. */
export const testRecorded = existsSync(armFolder) ? test : test.skip;
