/** What one message asks for: ids only, so that it says the same however often it comes. */
export type RunMessage = ClusterMessage | SubscriptionMessage;

export interface ClusterMessage {
  readonly runId: string;
  readonly clusterId: string;
}

export interface SubscriptionMessage {
  readonly runId: string;
  readonly subscriptionId: string;
}

/** `undefined` = it is not ours. */
export function readMessage(message: unknown): RunMessage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { runId, clusterId, subscriptionId }: Partial<Record<string, unknown>> = { ...message };
  if (typeof runId !== 'string') return undefined;
  if (typeof clusterId === 'string') return { runId, clusterId };
  return typeof subscriptionId === 'string' ? { runId, subscriptionId } : undefined;
}
