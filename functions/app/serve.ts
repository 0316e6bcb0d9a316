import { app as host, type HttpFunctionOptions, type HttpRequest } from '@azure/functions';
import { withErrorResponse } from '../../shared/service/http/error-response.ts';
import { logOf } from '../../shared/service/http/functions-log.ts';
import type { HttpResponse } from '../../shared/service/http/response.ts';

/** Registers a function that answers requests; where it fails, its caller hears that. */
export function serve(
  name: string,
  route: Omit<HttpFunctionOptions, 'handler'>,
  answer: (request: HttpRequest, log: ReturnType<typeof logOf>) => Promise<HttpResponse>,
): void {
  host.http(name, {
    ...route,
    handler: (request, context) => {
      const log = logOf(context);
      return withErrorResponse(request, log, () => answer(request, log));
    },
  });
}
