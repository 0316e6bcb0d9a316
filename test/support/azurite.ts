import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import path from 'node:path';
import { startAzurite, type Azurite } from '../../scripts/local/azurite.ts';

/** Of one file a run starts none: it is told by this variable of the one that the whole run shares. */
const variable = 'EVENKEEL_TEST_STORAGE';
const root = path.join(import.meta.dirname, '..', '..');
let shared: Azurite | undefined;

/** One emulator for all test files of a run, each with an account of its own. */
export async function shareAzurite(): Promise<void> {
  const files = globSync('test/**/*.test.ts', { cwd: root });
  shared = await startAzurite(files.map((file) => accountOf(path.join(root, file))));
  process.env[variable] = shared.connectionStringOf('ACCOUNT');
}

export async function stopShared(): Promise<void> {
  await shared?.stop();
}

/** Storage of one test file: of the run's emulator, or of one that is started for it. */
export async function azuriteFor(
  testFile: string,
): Promise<Pick<Azurite, 'connectionString' | 'stop'>> {
  const given = process.env[variable];
  if (given === undefined) return await startAzurite();
  return {
    connectionString: given.replaceAll('ACCOUNT', accountOf(testFile)),
    stop: () => Promise.resolve(),
  };
}

function accountOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 20);
}
