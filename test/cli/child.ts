import { evenkeel } from '../../shared/cli/evenkeel.ts';
import { terminal } from '../../shared/cli/terminal.ts';
import { simulatedNetwork } from '../../simulator/azure.ts';

/** What a process of its own needs to find a simulator of another. */
export interface Elsewhere {
  readonly port: number;
  readonly authorityPem: string;
  readonly args: readonly string[];
}

/** The command as a process of its own, against the simulator of whoever started it. */
const { port, authorityPem, args } = JSON.parse(process.argv[2] ?? '') as Elsewhere;
const network = simulatedNetwork({
  port,
  authorityPem,
  resolve: () => ({ address: '127.0.0.1', port }),
});
// MSAL remembers the first endpoint that a process had: here it is the right one.
process.exitCode = await evenkeel(args, terminal(process), {
  env: process.env,
  now: () => new Date(),
  network,
});
network.close();
