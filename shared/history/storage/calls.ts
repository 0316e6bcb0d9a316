import { StorageError } from './store.ts';

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
