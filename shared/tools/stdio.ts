import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CancelledNotificationSchema, type RequestId } from '@modelcontextprotocol/sdk/types.js';
import { InputError } from '../audit/input-error.ts';
import { toolServer, type ToolServerOptions } from './server.ts';

/** How long a client that hung up is still answered. */
const longestEndMs = 60_000;

/** What one message may be, in bytes; the transport closes after a longer one. */
const longestMessage = 10 * 1024 * 1024;

/**
 * Serves one client over standard input and output; ends when it hangs up and what it asked is answered.
 * @throws {InputError} after a message that is too long.
 */
export async function serveStdio(options: ToolServerOptions): Promise<void> {
  const server = toolServer(options);
  const { stdin } = process;
  const ended = new Promise<'ended'>((resolve) => {
    stdin.once('end', () => resolve('ended'));
    stdin.once('close', () => resolve('ended'));
  });
  const closed = new Promise<'closed'>((resolve) => {
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the server has no other way
    server.server.onclose = () => resolve('closed');
  });
  const transport = new StdioServerTransport(stdin, process.stdout, {
    maxBufferSize: longestMessage,
  });
  await server.connect(transport);
  const open = openRequests(transport);
  if ((await Promise.race([ended, closed])) === 'closed')
    throw new InputError(
      `the client sent a message of more than ${longestMessage / 1024 / 1024} MiB; the connection is closed`,
    );
  await open.answered(longestEndMs);
  await server.close();
}

/** What was asked and neither answered yet nor cancelled. */
function openRequests(transport: StdioServerTransport): {
  answered(ms: number): Promise<void>;
} {
  const open = new Set<RequestId>();
  let settle: (() => void) | undefined;
  const close = (id: RequestId): void => {
    open.delete(id);
    if (open.size === 0) settle?.();
  };
  const receive = transport.onmessage;
  const send = transport.send.bind(transport);
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the transport has no other way
  transport.onmessage = (message) => {
    if ('id' in message && 'method' in message) open.add(message.id);
    receive?.(message);
    const cancelled = CancelledNotificationSchema.safeParse(message).data?.params.requestId;
    if (cancelled !== undefined) close(cancelled);
  };
  transport.send = async (message) => {
    await send(message);
    if ('id' in message && !('method' in message) && message.id !== undefined) close(message.id);
  };
  return {
    answered: (ms) =>
      open.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            // Not unreferenced: without it nothing may be left to wait for.
            const timer = setTimeout(resolve, ms);
            settle = () => {
              clearTimeout(timer);
              resolve();
            };
          }),
  };
}
