import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { HttpData, LocalApp, LocalFunction } from './functions-core.ts';

/** Answers requests under `/api` with the HTTP functions of an app. */
export function requestListener(app: LocalApp, onError: (line: string) => void): RequestListener {
  const routes = app.functions
    .filter(({ trigger }) => /^httptrigger$/iu.test(trigger.type))
    .map((called) => ({ called, ...routeOf(called) }))
    // Literal routes before those with parameters, as the host matches them.
    .toSorted((a, b) => a.parameters.length - b.parameters.length);
  return (request, response) => {
    answer(app, routes, request, response).catch((error: unknown) => {
      onError(
        `${request.method} ${request.url}: ${error instanceof Error ? error.message : 'thrown'}`,
      );
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}

interface FunctionRoute {
  readonly called: LocalFunction;
  readonly pattern: RegExp;
  readonly parameters: readonly string[];
  readonly methods: readonly string[];
}

function routeOf({ name, trigger }: LocalFunction): Omit<FunctionRoute, 'called'> {
  const route = typeof trigger['route'] === 'string' ? trigger['route'] : name;
  const parameters: string[] = [];
  const pattern = route
    .split('/')
    .map((part) => {
      const parameter = /^\{([^}:?]+)[^}]*\}$/u.exec(part)?.[1];
      if (parameter === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
      parameters.push(parameter);
      return '([^/]+)';
    })
    .join('/');
  const methods = Array.isArray(trigger['methods']) ? trigger['methods'].map(String) : [];
  return {
    pattern: new RegExp(`^/api/${pattern}/?$`, 'iu'),
    parameters,
    methods: methods.map((method) => method.toUpperCase()),
  };
}

/** Larger than any body that the app reads; what is over is the app's to refuse. */
const maxBody = 4 * 1024 * 1024;

async function answer(
  app: LocalApp,
  routes: readonly FunctionRoute[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = urlOf(request);
  if (url === undefined) {
    response.writeHead(400).end();
    return;
  }
  const onPath = routes.filter(({ pattern }) => pattern.test(url.pathname));
  const method = request.method ?? 'GET';
  const route = onPath.find(({ methods }) => methods.includes(method));
  if (route === undefined) {
    const allow = onPath.flatMap(({ methods }) => methods).join(', ');
    response.writeHead(onPath.length === 0 ? 404 : 405, allow === '' ? {} : { allow }).end();
    return;
  }
  const values = route.pattern.exec(url.pathname)?.slice(1) ?? [];
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBody) chunks.push(chunk);
    else request.destroy();
  });
  await once(request, 'end');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const result = await app.invoke(route.called, {
    http: {
      method,
      url: url.href,
      headers,
      query: joined(url.searchParams),
      params: Object.fromEntries(
        route.parameters.map((name, index) => [name, decoded(values[index] ?? '')]),
      ),
      body: { bytes: Buffer.concat(chunks) },
    },
  });
  send(response, result.returnValue?.http ?? result.outputData?.[0]?.data.http);
}

function urlOf({ url = '/', headers: { host = 'localhost' } }: IncomingMessage): URL | undefined {
  const text = `http://${host}${url.startsWith('/') ? url : '/'}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** What is given more than once comes with commas between, as the host hands it over. */
function joined(parameters: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...parameters.keys()].map((name) => [name, parameters.getAll(name).join(',')]),
  );
}

/** A percent sign that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function send(response: ServerResponse, given: HttpData | undefined): void {
  if (given === undefined) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(Number(given.statusCode ?? 200), { ...given.headers });
  response.end(given.body?.bytes ?? given.body?.string ?? '');
}
