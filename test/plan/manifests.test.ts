import { describe, expect, test } from '@jest/globals';
import { cluster } from '../builders/index.ts';
import { planOf } from './read-case.ts';

const good = `apiVersion: v1
kind: Service
metadata: { name: good, namespace: shop }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }
`;

/** What is said of a file that also holds a good Service, which is planned all the same. */
async function linesOf(text: string): Promise<readonly string[]> {
  const plan = await planOf({ snapshot: cluster() }, { manifests: `${text}\n---\n${good}` });
  expect(plan.changes.map(({ name }) => name)).toContain('good');
  return [...plan.problems, ...plan.ignored].map(
    ({ place, text: line }) => `${place?.line} ${line}`,
  );
}

const service = (metadata: string, spec = 'type: LoadBalancer, ports: [{ port: 80 }]'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { ${metadata} }\nspec: { ${spec} }\n`;

describe('one line with its place, and the rest is planned', () => {
  test.each([
    ['half YAML', 'apiVersion: v1\nkind: Service\nmetadata: {name: a', '3 not valid YAML'],
    ['a tab', 'apiVersion: v1\nkind: Service\nmetadata:\n\tname: a\n', '4 not valid YAML'],
    ['no object', 'replicas: 3\nimage: web\n', '1 not a Kubernetes object'],
    ['a list of texts', '- a\n- b\n', '1 not a Kubernetes object'],
    [
      'a template',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n',
      '4 a template that is not rendered',
    ],
    [
      'a template with a condition',
      'apiVersion: v1\n{{- if .Values.on }}\nkind: Service\n{{- end }}\n',
      '2 a template that is not rendered',
    ],
    [
      'a template in a name',
      service("name: '{{ .Release.Name }}'"),
      '3 a template that is not rendered',
    ],
    ['an unset variable', service('name: "${NAME}"'), '3 a template that is not rendered'],
    [
      'a kustomization',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
      '1 a kustomization',
    ],
    [
      'an unknown kind',
      'apiVersion: acme.example/v1\nkind: Widget\nmetadata: { name: x }\n',
      '1 Widget x (acme.example/v1): this kind is not planned',
    ],
    [
      'a kind without bearing',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata: { a: "{{ b }}" }\n',
      '1 ConfigMap x: no bearing on traffic',
    ],
    [
      'an old version',
      'apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: { name: x }\n',
      '1 Deployment x: apiVersion is apps/v1, not apps/v1beta1',
    ],
    ['no name', service('generateName: web-'), '3 Service: metadata.name is required'],
    ['a bad name', service('name: Web_1'), '3 Service: metadata.name "Web_1" is not a valid name'],
    [
      'an annotation that is a boolean',
      service(
        'name: a, annotations: { service.beta.kubernetes.io/azure-load-balancer-internal: true }',
      ),
      '3 Service a: metadata.annotations.service.beta.kubernetes.io/azure-load-balancer-internal is true, not a text',
    ],
    [
      'a port that is a text',
      service('name: a', 'type: LoadBalancer, ports: [{ port: "80" }]'),
      '4 Service a: spec.ports[0].port is "80"',
    ],
    [
      'no ports',
      service('name: a', 'type: LoadBalancer'),
      '4 Service default/a: spec.ports is required',
    ],
    [
      'a policy that does not exist',
      service('name: a', 'type: LoadBalancer, externalTrafficPolicy: local, ports: [{ port: 80 }]'),
      '4 Service a: spec.externalTrafficPolicy is "local", not Local or Cluster',
    ],
    [
      'no template',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { selector: {} }\n',
      '4 Deployment a: spec.template is required',
    ],
    [
      'a selector that its pods do not have',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  selector: { matchLabels: { app: a } }\n  template:\n    metadata: { labels: { app: b } }\n',
      '7 Deployment a: spec.selector asks for app=a',
    ],
    [
      'a version that no server has any more',
      'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: { name: a }\n',
      '1 Deployment a: apiVersion is apps/v1, not extensions/v1beta1',
    ],
    [
      'a name that is a number',
      'apiVersion: v1\nkind: Service\nmetadata: { name: 123 }\n',
      '3 Service: metadata.name is 123, not a text; quote it',
    ],
    [
      'two objects of one name',
      `${service('name: a')}---\n${service('name: a')}`,
      '6 Service default/a stands twice, first at app.yaml:1',
    ],
    [
      'a patch',
      `${service('name: a')}$patch: delete\n`,
      '5 Service a: $patch belongs to a patch; give the output of kustomize build',
    ],
    [
      'a patch inside of an object',
      service('name: a', 'selector: { $patch: replace, app: a }, ports: [{ port: 80 }]'),
      '4 Service a: spec.selector.$patch belongs to a patch',
    ],
    ['a JSON patch', '- { op: replace, path: /spec/replicas, value: 5 }\n', '1 a patch'],
    ['a kustomization without a kind', 'resources: [a.yaml]\npatches: []\n', '1 a kustomization'],
    [
      'a plan of Terraform',
      '{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": []}\n',
      '1 a Terraform plan; only Kubernetes manifests can be planned',
    ],
    [
      'a what-if answer of Azure',
      '{"status": "Succeeded", "changes": [{"resourceId": "/subscriptions/x", "changeType": "Modify"}]}\n',
      '1 an ARM what-if result; only Kubernetes manifests can be planned',
    ],
    [
      'an ARM template',
      '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "resources": []}\n',
      '1 an ARM template; only Kubernetes manifests can be planned',
    ],
    [
      'a misspelled field of a Service',
      service('name: a', 'type: LoadBalancer, externalTraficPolicy: Local, ports: [{ port: 80 }]'),
      '4 Service a: unknown field spec.externalTraficPolicy; did you mean externalTrafficPolicy?',
    ],
    [
      'a misspelled field of a port',
      service('name: a', 'type: LoadBalancer, ports: [{ port: 80, targetport: 8080 }]'),
      '4 Service a: unknown field spec.ports[0].targetport; did you mean targetPort?',
    ],
    [
      'a misspelled field of a pod template',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  selector: { matchLabels: { app: a } }\n  template:\n    metadata: { labels: { app: a } }\n    spec: { nodeSelectors: { a: b } }\n',
      '8 Deployment a: unknown field spec.template.spec.nodeSelectors; did you mean nodeSelector?',
    ],
    [
      'a type that does not exist',
      service('name: a', 'type: loadbalancer, ports: [{ port: 80 }]'),
      '4 Service default/a: spec.type is "loadbalancer", not ClusterIP, NodePort, LoadBalancer or ExternalName',
    ],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
      '1 not valid YAML',
    ],
  ])('%s', async (_, text, line) => {
    const lines = await linesOf(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(line);
  });

  test('a file that is no text', async () => {
    const plan = await planOf({ snapshot: cluster() }, { manifests: '\u0000\u0001' });
    expect(plan.problems).toEqual([
      {
        place: { file: 'app.yaml', line: 1 },
        text: 'this is not UTF-8 text; give YAML or JSON manifests saved as UTF-8',
      },
    ]);
  });

  test('items of a list of one kind, as the API answers it, are of that kind', async () => {
    const text = `apiVersion: v1\nkind: WidgetList\nitems:\n- metadata: { name: a }\n`;
    expect(await linesOf(text)).toEqual([expect.stringMatching(/^4 Widget a/u)]);
  });

  test('items of a List have their own lines', async () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Widget\n  metadata: { name: a }\n- apiVersion: v1\n  kind: Service\n  metadata: { name: A }\n`;
    expect(await linesOf(text)).toEqual([
      expect.stringMatching(/^9 Service: metadata\.name "A"/u),
      expect.stringMatching(/^4 Widget a/u),
    ]);
  });

  test('an empty namespace is none', async () => {
    const plan = await planOf(
      { snapshot: cluster() },
      { manifests: service('name: web, namespace: ""', 'type: ClusterIP'), namespace: 'shop' },
    );
    expect(plan.changes).toMatchObject([{ namespace: 'shop', name: 'web', action: 'update' }]);
  });

  test('JSON objects one after the other, each on a line or on several', async () => {
    const text = ['a', 'b', 'c']
      .map((name, at) =>
        JSON.stringify({ apiVersion: 'v1', kind: 'Widget', metadata: { name } }, undefined, at),
      )
      .join('\n');
    expect(await linesOf(text)).toEqual([
      expect.stringMatching(/^1 Widget a/u),
      expect.stringMatching(/^2 Widget b/u),
      expect.stringMatching(/^9 Widget c/u),
    ]);
  });

  test('lines of Windows, a byte-order mark, comments and empty documents', async () => {
    const text = `\uFEFF# first\r\n---\r\n---\r\n# nothing\r\n---\r\napiVersion: v1\r\nkind: Widget\r\nmetadata: { name: a }\r\n`;
    expect(await linesOf(text)).toEqual([expect.stringMatching(/^6 Widget a/u)]);
  });
});
