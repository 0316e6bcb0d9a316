import { refuse, type HttpRequest, type HttpResponse } from './response.ts';

/** The text of a body of at most so many bytes, which is not read where its length says it has more. */
export async function bodyText(request: HttpRequest, most: number): Promise<string | HttpResponse> {
  const isTooLarge = Number(request.headers.get('content-length') ?? 0) > most;
  const text = isTooLarge ? '' : await request.text();
  return isTooLarge || text.length > most
    ? refuse(413, 'too-large', `the body is larger than ${most} bytes`)
    : text;
}
