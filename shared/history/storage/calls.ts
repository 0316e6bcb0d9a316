import { StorageError } from './store.ts';

/** How long storage may take, in milliseconds. */
export interface StorageDeadlines {
  /** A call to a table, its repeats included. */
  readonly tableMs: number;
  /** One try of a call to a blob or a queue. */
  readonly tryMs: number;
  /** A call to a blob or a queue, its repeats included: a blob has at most 64 MB, longer is a service that drips. */
  readonly blobMs: number;
}

export const storageDeadlines: StorageDeadlines = {
  tableMs: 10_000,
  tryMs: 15_000,
  blobMs: 60_000,
};

/**
 * Ends a call after its time: a service that accepts and says nothing must not hold a worker. The
 * call itself is told to stop; whether it obeys or not, the caller goes on.
 */
export async function within<T>(
  deadlineMs: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(deadlineMs);
  const late = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new StorageError(0, `storage: no answer within ${deadlineMs / 1000} s`));
    });
  });
  return Promise.race([call(signal), late]);
}

/** @returns false where what is to be created is there already. */
export async function unlessTaken(
  kind: string,
  name: string,
  write: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await asked(kind, name, write);
    return true;
  } catch (error) {
    if (error instanceof StorageError && (error.status === 409 || error.status === 412))
      return false;
    throw error;
  }
}

/** `undefined` where it is not there. */
export async function ifThere<T>(
  kind: string,
  name: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await asked(kind, name, read);
  } catch (error) {
    if (error instanceof StorageError && error.status === 404) return undefined;
    throw error;
  }
}

/** Errors of the SDK hold requests with their headers; only status and code go on. */
export async function asked<T>(kind: string, name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof StorageError) throw error;
    const { status, code } = codesOf(error);
    throw new StorageError(
      status,
      `storage, ${kind} ${name}: ${status === 0 ? 'no answer' : status} ${code}`.trim(),
    );
  }
}

function codesOf(error: unknown): { readonly status: number; readonly code: string } {
  if (!(error instanceof Error)) return { status: 0, code: '' };
  const status =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 0;
  const code = 'code' in error && typeof error.code === 'string' ? error.code.slice(0, 60) : '';
  return { status, code };
}
