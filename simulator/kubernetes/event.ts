import type { EventDescription } from '../description.ts';
import type { Layout } from '../layout.ts';
import { seededHex } from '../seed.ts';
import { metadata, minutesBefore } from './metadata.ts';

/** An event about a Service as the service controller writes it. */
export function eventJson(layout: Layout, event: EventDescription): object {
  const time = minutesBefore(layout, event.minutesAgo);
  const simulated = layout.services.find(
    ({ key }) => key === `${event.namespace}/${event.service}`,
  );
  return {
    metadata: metadata(layout, {
      kind: 'Event',
      namespace: event.namespace,
      name: eventName(event),
      ageMinutes: event.minutesAgo,
    }),
    involvedObject: {
      kind: 'Service',
      namespace: event.namespace,
      name: event.service,
      uid: simulated?.uid,
      apiVersion: 'v1',
    },
    reason: event.reason,
    message: event.message,
    source: { component: 'service-controller' },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 3,
    type: event.type,
    eventTime: null,
    reportingComponent: 'service-controller',
    reportingInstance: '',
  };
}

/** The Service's name and sixteen hex digits, the same for the same event. */
export function eventName({ service, reason, minutesAgo }: EventDescription): string {
  return `${service}.${seededHex(`${service}/${reason}/${minutesAgo}`, 16)}`;
}
