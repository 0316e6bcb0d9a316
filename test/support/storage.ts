import { afterAll, beforeAll } from '@jest/globals';
import { startAzurite, type Azurite } from '../../scripts/local/azurite.ts';
import { openStore } from '../../shared/history/storage/azure-store.ts';
import type { Store } from '../../shared/history/index.ts';

/** An emulator for the tests of one file, on ports of its own. */
export function useAzurite(): {
  readonly connectionString: () => string;
  /** A container and a table that no other test knows. */
  readonly freshStore: () => Promise<Store>;
} {
  let azurite: Azurite | undefined;
  let stores = 0;
  beforeAll(async () => {
    azurite = await startAzurite();
  }, 60_000);
  afterAll(async () => {
    await azurite?.stop();
  });
  const connectionString = (): string => {
    if (azurite === undefined) throw new Error('Azurite is not running yet');
    return azurite.connectionString;
  };
  return {
    connectionString,
    freshStore() {
      stores += 1;
      const names = { container: `test-${stores}`, table: `test${stores}` };
      return openStore({ connectionString: connectionString() }, names);
    },
  };
}
