import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** A path that cannot be a case folder; the message is one line for the person who typed it. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/**
 * The case folders that a path means: itself, or those below it that hold `arm` or `kubernetes`.
 * @throws {FolderError} where there is none.
 */
export function findCaseFolders(directory: string): readonly string[] {
  const stats = statSync(directory, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new FolderError(`${directory}: there is no such folder; give a case folder`);
  if (!stats.isDirectory())
    throw new FolderError(
      `${directory}: is a file, not a folder; give the folder that holds arm/ and kubernetes/`,
    );
  if (isCase(directory)) return [directory];
  const names = readdirSync(directory).toSorted();
  if (names.length === 0)
    throw new FolderError(
      `${directory}: the folder is empty; save answers into arm/ and kubernetes/`,
    );
  const below = names.map((name) => path.join(directory, name)).filter(isCase);
  if (below.length > 0) return below;
  throw new FolderError(
    `${directory}: holds neither arm/ nor kubernetes/, and no folder with them; save answers there first`,
  );
}

function isCase(directory: string): boolean {
  return ['arm', 'kubernetes'].some((name) => {
    const folder = path.join(directory, name);
    return existsSync(folder) && statSync(folder).isDirectory();
  });
}
