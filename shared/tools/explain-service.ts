import * as z from 'zod';
import type { PortReport } from '../report/index.ts';
import { findingOf, findingShape, fixOf, fixShape, openFindingsAbout } from './findings.ts';
import { firstOf, answerPage } from './pages.ts';
import { portNumbers, portShape, serviceNamed } from './services.ts';
import { defineTool } from './tool.ts';
import {
  cursorInput,
  data,
  nameInput,
  number,
  protocol,
  knownProtocol,
  sixDigits,
  text,
  untrustedNote,
} from './untrusted.ts';

const input = {
  cluster: nameInput.describe('Name or ARM id of the cluster'),
  namespace: nameInput,
  service: nameInput.describe('Name of the LoadBalancer Service'),
  cursor: cursorInput,
};

const podShape = z.object({
  port: number,
  protocol,
  share: number.describe('Fraction of the new connections of this port'),
  ready: z.boolean(),
  because: text.optional().describe('Why it gets none'),
  untrusted: z.object({ pod: text, node: text, node_pool: text }),
});

export const explainService = defineTool({
  name: 'explain_service',
  title: 'Explain who gets the traffic of a Service',
  description: `Shares of new connections per pod behind one LoadBalancer Service, why some get none, what is lost, its findings and fixes with predicted outcome. Computed by a model of Azure's load balancer and kube-proxy. Pods come in pages, those without traffic first. ${untrustedNote}`,
  input,
  output: {
    external_traffic_policy: z.enum(['Local', 'Cluster', 'other']),
    ports: z.object({
      items: z.array(
        portShape.extend({
          losses: z.array(z.object({ cause: text, share: number })),
          untrusted: z.object({ frontend: text, load_balancer: text, why: text }),
        }),
      ),
      left_out: number,
    }),
    pods: z.array(podShape),
    total: number,
    findings: z.object({ items: z.array(findingShape), left_out: number }),
    fixes: z.object({ items: z.array(fixShape), left_out: number }),
    next_cursor: text.optional(),
  },
  async run(source, wanted) {
    const { cluster, service } = await serviceNamed(source, wanted);
    const pods = service.ports
      .flatMap((port) => port.endpoints.map((endpoint) => ({ port, endpoint })))
      .toSorted(
        ({ endpoint: a }, { endpoint: b }) =>
          Number(b.ready) - Number(a.ready) || a.share - b.share,
      );
    const found = openFindingsAbout(service, cluster);
    const fixes = found.flatMap((finding) => finding.fixes);
    const first = wanted.cursor === undefined;
    const { items, ...page } = answerPage(pods, podOf, wanted.cursor, first ? 2_200 : 5_000);
    return {
      external_traffic_policy: policyOf(service.externalTrafficPolicy),
      ports: firstOf(service.ports, first ? 4 : 0, portOf),
      pods: items,
      findings: firstOf(found, first ? 2 : 0, (finding) => findingOf(cluster, finding)),
      fixes: firstOf(fixes, first ? 2 : 0, fixOf),
      ...page,
    };
  },
});

function policyOf(given: string): 'Local' | 'Cluster' | 'other' {
  return given === 'Local' || given === 'Cluster' ? given : 'other';
}

function portOf(port: PortReport) {
  return {
    ...portNumbers(port),
    losses: port.losses
      .slice(0, 5)
      .map(({ cause, share }) => ({ cause: data(cause, 63), share: sixDigits(share) })),
    untrusted: {
      frontend: data(port.frontend ?? '', 63),
      load_balancer: data(port.loadBalancer?.name ?? '', 80),
      why: data(port.why ?? ''),
    },
  };
}

function podOf({
  port,
  endpoint,
}: {
  readonly port: PortReport;
  readonly endpoint: PortReport['endpoints'][number];
}) {
  const { because, cause } = endpoint;
  return {
    port: port.port,
    protocol: knownProtocol(port.protocol),
    share: sixDigits(endpoint.share),
    ready: endpoint.ready,
    ...(because !== undefined && {
      because: data(cause === undefined ? because : `${because}: ${cause}`, 120),
    }),
    untrusted: {
      pod: data(endpoint.pod, 120),
      node: data(endpoint.node ?? '', 63),
      node_pool: data(endpoint.nodePool ?? '', 63),
    },
  };
}
