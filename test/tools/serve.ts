import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mcpAnswer } from '../../shared/service/http/mcp.ts';
import type { ToolServerOptions } from '../../shared/tools/index.ts';

/** The handler of `/api/mcp` behind a plain server, as the Functions host would call it. */
export async function serveMcp(
  options: ToolServerOptions,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers))
        if (typeof value === 'string') headers.set(name, value);
      const answer = await mcpAnswer(
        {
          method: request.method ?? 'GET',
          url: url.href,
          headers,
          query: url.searchParams,
          params: {},
          text: () => Promise.resolve(Buffer.concat(parts).toString('utf8')),
        },
        options,
      );
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/mcp`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
