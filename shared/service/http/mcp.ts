import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { toolServer, type ToolServerOptions } from '../../tools/index.ts';
import { bodyText } from './body.ts';
import { answerText, refuse, type HttpResponse, type HttpRequest } from './response.ts';

/** A message carries manifests of at most half as much. */
const largestBody = 1024 * 1024;

/**
 * `/api/mcp`: one message of the Model Context Protocol and its answer, without a session (streamable
 * HTTP). A browser sends the origin of its page: any but this app's own is refused, so that no other
 * page can use what a person is signed in to.
 * @param hosts Names of the app besides loopback, in lower case.
 */
export async function mcpAnswer(
  request: HttpRequest,
  options: ToolServerOptions,
  hosts: readonly string[] = [],
): Promise<HttpResponse> {
  const refusal = refuseOrigin(request, hosts);
  if (refusal !== undefined) return refusal;
  // Without a session there is nothing to resume and no stream to listen to.
  if (request.method !== 'POST')
    return refuse(405, 'method-not-allowed', 'this server is stateless: use POST', {
      allow: 'POST',
    });
  const body = await bodyText(request, largestBody);
  if (typeof body !== 'string') return body;
  const headers = new Headers();
  for (const name of ['accept', 'content-type', 'mcp-protocol-version', 'mcp-session-id']) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const forwarded = new Request(new URL(request.url), { method: 'POST', headers, body });
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  const server = toolServer(options);
  await server.connect(transport);
  try {
    const response = await transport.handleRequest(forwarded);
    const type = response.headers.get('content-type') ?? 'application/json; charset=utf-8';
    return answerText(response.status, type, await response.text());
  } finally {
    await server.close();
  }
}

/** Loopback, and the names that the app is known by. */
function isKnown(host: string, hosts: readonly string[]): boolean {
  const name = URL.parse(`http://${host}`)?.hostname ?? '';
  return ['localhost', '127.0.0.1', '[::1]'].includes(name) || hosts.includes(name);
}

/** Why a request may come from a page that has no business here; `undefined` = it does not. */
function refuseOrigin(
  { headers }: HttpRequest,
  hosts: readonly string[],
): HttpResponse | undefined {
  const origin = headers.get('origin');
  if (origin !== null && !isKnown(URL.parse(origin)?.host ?? '', hosts))
    return refuse(403, 'wrong-origin', 'requests from other origins are not allowed');
  // A page whose name was pointed at this machine brings its own name as the host.
  const host = headers.get('host');
  if (host !== null && !isKnown(host, hosts))
    return refuse(
      403,
      'wrong-host',
      'unknown host name; set EVENKEEL_REPORT_URL to the app’s address',
    );
  return undefined;
}
