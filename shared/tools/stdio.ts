import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { toolServer, type ToolServerOptions } from './server.ts';

/** How long a client that hung up is still answered. */
const longestEndMs = 60_000;

/** Serves one client over standard input and output; ends when it hangs up and what it asked is answered. */
export async function serveStdio(options: ToolServerOptions): Promise<void> {
  const server = toolServer(options);
  const { stdin } = process;
  const ended = new Promise<void>((resolve) => {
    stdin.once('end', resolve);
    stdin.once('close', resolve);
  });
  const transport = new StdioServerTransport();
  await server.connect(transport);
  const open = openRequests(transport);
  await ended;
  await open.answered(longestEndMs);
  await server.close();
}

/** Counts what was asked and not answered yet. */
function openRequests(transport: StdioServerTransport): {
  answered(ms: number): Promise<void>;
} {
  let open = 0;
  let settle: (() => void) | undefined;
  const receive = transport.onmessage;
  const send = transport.send.bind(transport);
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the transport has no other way
  transport.onmessage = (message) => {
    if ('id' in message && 'method' in message) open += 1;
    receive?.(message);
  };
  transport.send = async (message) => {
    await send(message);
    if ('id' in message && !('method' in message)) open -= 1;
    if (open <= 0) settle?.();
  };
  return {
    answered: (ms) =>
      open <= 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            settle = resolve;
            setTimeout(resolve, ms).unref();
          }),
  };
}
