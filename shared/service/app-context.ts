import type { ArmCredential } from '../input/index.ts';
import type { AzureNetwork } from '../audit/azure.ts';
import type { InlineProgress } from './engine/inline.ts';
import type { Environment } from '../audit/environment.ts';

/**
 * What an app or a command finds around it. In Azure that is the process and the network; the local
 * runner and tests give a simulated world. There is no setting for it: only code of the same process can.
 */
export interface AppContext {
  readonly env: Environment;
  readonly now: () => Date;
  /** The way to Azure and to clusters; the network of this machine where absent. */
  readonly network?: AzureNetwork;
  /** Another identity than the environment's. */
  readonly credential?: ArmCredential;
  /** Another address of Slack's API. */
  readonly slackApiUrl?: string;
  /** Somebody watches the run at a terminal. */
  readonly onProgress?: (progress: InlineProgress) => void;
  /** A person at a terminal: their own Azure login counts, too. */
  readonly commandLine?: boolean;
}
