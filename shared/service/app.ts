import type { AppContext } from './app-context.ts';
import type { Service } from './service.ts';
import { keepHeapSmall } from './small-heap.ts';

/** The function app: what all its functions share. */
export interface App {
  readonly context: AppContext;
  /**
   * The service, opened when it is first asked for. A failure is not kept: the next call tries again.
   * @throws {InputError} where a setting is wrong. @throws {StorageError} where storage is not there.
   */
  readonly service: () => Promise<Service>;
}

/** Opens nothing yet. The process keeps its heap small from here on. */
export function createApp(context: AppContext): App {
  keepHeapSmall();
  let opened: Promise<Service> | undefined;
  const open = async (): Promise<Service> => {
    // The clients of storage cost more than all that a cold start loads.
    const { openService } = await import('./service.ts');
    return await openService(context);
  };
  return {
    context,
    service() {
      opened ??= open().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return opened;
    },
  };
}
