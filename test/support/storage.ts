import { afterAll, beforeAll, expect } from '@jest/globals';
import { openStore } from '../../shared/history/storage/azure-store.ts';
import type { Store } from '../../shared/history/index.ts';
import { azuriteFor } from './azurite.ts';

/** An account of an emulator for the tests of one file. */
export function useAzurite(): {
  readonly connectionString: () => string;
  /** A container and a table that no other test knows. */
  readonly freshStore: () => Promise<Store>;
} {
  let azurite: Awaited<ReturnType<typeof azuriteFor>> | undefined;
  let stores = 0;
  beforeAll(async () => {
    azurite = await azuriteFor(expect.getState().testPath ?? '');
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
