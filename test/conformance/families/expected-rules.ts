import { expectedRules, type ExpectedRule } from '../../../shared/load-balancing/index.ts';
import {
  listOf,
  mapOf,
  numberOf,
  objectOf,
  textOf,
  type Json,
  type JsonObject,
} from '../family.ts';

/** Family `serviceToHealthProbe`: the rules and probes of a Service, per IP family. */
export function serviceToHealthProbe({ input }: { readonly input: JsonObject }): JsonObject {
  const service = objectOf(input['service']);
  const shared = objectOf(input['sharedProbe']);
  const { families, error } = expectedRules(
    {
      uid: textOf(service['uid']),
      annotations: mapOf(service['annotations']),
      ipFamilies: listOf(service['ipFamilies']).map((each) => (each === 'IPv6' ? 'IPv6' : 'IPv4')),
      externalTrafficPolicy: textOf(service['externalTrafficPolicy']),
      ...(typeof service['healthCheckNodePort'] === 'number' && {
        healthCheckNodePort: service['healthCheckNodePort'],
      }),
      sessionAffinity: textOf(service['sessionAffinity']),
      ports: listOf(service['ports']).map(portOf),
    },
    {
      sku: textOf(input['sku']),
      shared:
        input['probeMode'] === 'shared'
          ? { port: numberOf(shared['port']), path: textOf(shared['path']) }
          : undefined,
    },
  );
  if (error !== undefined) return { error };
  return {
    probes: Object.fromEntries(
      families.map(({ family, probes }) => [family, probes.map((probe) => ({ ...probe }))]),
    ),
    rules: Object.fromEntries(families.map(({ family, rules }) => [family, rules.map(ruleJson)])),
  };
}

function portOf(value: Json) {
  const port = objectOf(value);
  return {
    name: textOf(port['name']),
    protocol: textOf(port['protocol']),
    port: numberOf(port['port']),
    nodePort: numberOf(port['nodePort']),
    ...(typeof port['appProtocol'] === 'string' && { appProtocol: port['appProtocol'] }),
  };
}

function ruleJson({ floatingIp, ...rule }: ExpectedRule): JsonObject {
  return { ...rule, floatingIP: floatingIp };
}
