import { failureFields, type Log } from '../../audit/log.ts';
import { refuse, type HttpResponse } from './response.ts';

/**
 * What a caller hears of a failure: whether it passes by itself, and nothing of the inside. By the
 * error's name, since the classes stand in rooms that a cold start does not load.
 */
export function failureAnswer(error: unknown): HttpResponse {
  const name = error instanceof Error ? error.name : '';
  if (name === 'InputError')
    return refuse(503, 'not-configured', 'the app settings are invalid; its log lists each error');
  if (name === 'StorageError')
    return refuse(503, 'storage', 'the app’s storage does not respond; see its log', {
      'retry-after': '30',
    });
  return refuse(500, 'internal', 'internal error; see the log');
}

/** One line for each fault, as a line of the log is short and settings may have many. */
export function logFailure(log: Log, message: string, error: unknown, path?: string): void {
  const fields = failureFields(error);
  for (const why of (fields.why ?? '').split('; '))
    log.error(message, {
      ...fields,
      ...(path !== undefined && { path }),
      ...(why !== '' && { why }),
    });
}
