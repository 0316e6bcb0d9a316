import { createServer, type Server } from 'node:http';

/**
 * A server on a loopback port, taken before anything else is started.
 * @throws Error in one line where the port is taken.
 */
export function listenOn(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        new Error(
          taken
            ? `port ${port} is taken, perhaps by another npm start; end that, or set PORT to another one`
            : `port ${port} cannot be listened on (${error.code ?? 'unknown'})`,
          { cause: error },
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
