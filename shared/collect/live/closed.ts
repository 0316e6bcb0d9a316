import { scrubbed, type ManagedCluster } from '../../model/index.ts';
import { cloudOf } from './clouds.ts';

/** A cluster whose Kubernetes API is not read, by the report's words. */
export interface ClosedCluster {
  readonly kind: 'closed';
  readonly word: 'skipped' | 'unreachable' | 'denied' | 'gone';
  readonly reason: string;
  /** A fresh kubeconfig might open it. */
  readonly stale?: boolean;
}

/** A cluster without a way in, its reason made fit for reports. */
export function closed(word: ClosedCluster['word'], reason: string): ClosedCluster {
  return { kind: 'closed', word, reason: scrubbed(reason) };
}

/** Why ARM's description alone says that the cluster cannot be read. */
export function barred(
  { powerState, access }: ManagedCluster,
  allowPrivateClusters: boolean,
): ClosedCluster | undefined {
  if (powerState?.toLowerCase() === 'stopped')
    return closed('skipped', 'the cluster is stopped: its Kubernetes API is not there');
  if (!access.entra)
    return closed(
      'denied',
      'the cluster is not connected with Entra ID: the only way in is an admin certificate, which is never used; audit it with --kubernetes through your own kubectl proxy',
    );
  if (isLegacy(access.legacyServerAppId))
    return closed(
      'denied',
      'the cluster has the retired Entra integration with a server application of its own; az aks update --enable-aad moves it to the managed one',
    );
  if (access.privateCluster && !allowPrivateClusters)
    return closed(
      'unreachable',
      'the cluster is private; where the network of this app reaches it, set EVENKEEL_ALLOW_PRIVATE_CLUSTERS=true',
    );
  return undefined;
}

function isLegacy(serverAppId: string | undefined): boolean {
  return (
    serverAppId !== undefined &&
    serverAppId !== '' &&
    serverAppId.toLowerCase() !== cloudOf('AzurePublic').aksServerApp
  );
}
