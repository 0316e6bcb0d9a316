import { describe, expect, jest, test } from '@jest/globals';
import { auditFile, service } from './one-file.ts';

jest.setTimeout(120_000);

describe('hostile YAML: one line', () => {
  test.each([
    {
      name: 'aliases that grow',
      data: `kind: List\napiVersion: v1\nitems:\n- &a [x, x]\n- &b [*a, *a]\n`,
      says: /unsupported YAML: .*\(line 5\)/u,
    },
    {
      name: 'aliases in one object',
      data: `apiVersion: v1\nkind: Service\nmetadata: &m\n  name: a\n  namespace: b\nspec:\n  a: &x [1]\n  b: *x\n`,
      says: /unsupported YAML: aliases are not supported \(line 8\)/u,
    },
    {
      name: 'a tag',
      data: 'apiVersion: v1\nkind: !!js/function "x"\n',
      says: /unsupported YAML: Unresolved tag.*\(line 2\)/u,
    },
    {
      name: 'lists 100,000 levels deep',
      data: `kind: Service\napiVersion: v1\nspec: ${'['.repeat(100_000)}\n`,
      says: /nested too deep|unsupported YAML|nested more than 64/u,
    },
    {
      name: 'more documents than any case has',
      data: '---\napiVersion: v1\n'.repeat(100_010),
      says: /more than 100000 documents/u,
    },
    {
      name: '10^5 documents of nothing that is read here',
      data: `${'---\nkind: A\n'.repeat(100_000)}---\n${service}\n`,
      says: /the first 10000 documents have nothing from Azure or Kubernetes; the rest is not read$/u,
    },
    {
      name: 'a key that is there twice, with a field between',
      data: 'apiVersion: v1\nkind: Service\nmetadata: {}\nkind: Pod\n',
      says: /unsupported YAML: Map keys must be unique.*\(line \d\)/u,
    },
    {
      name: 'what is not YAML',
      data: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: "a\n',
      says: /unsupported YAML: .*\(line \d\)/u,
    },
  ])('$name', async ({ data, says }) => {
    const { lines, unreadable } = await auditFile('hostile.yaml', data);
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(unreadable).toBe(true);
  });
});

describe('a form that is not for us, or not as it should be: one line that says what it looks like', () => {
  test.each([
    {
      name: 'a table',
      data: 'NAME    READY   STATUS\nweb-1   1/1     Running\n',
      says: /kubectl table output; ignored \(save it with: kubectl get/u,
    },
    {
      name: 'kubectl describe',
      data: 'Name:         web\nNamespace:    shop\n',
      says: /kubectl describe output.*kubectl get/u,
    },
    {
      name: 'Terraform state',
      data: '{"version":4,"terraform_version":"1.9.0","resources":[]}',
      says: /Terraform state; ignored/u,
    },
    {
      name: 'an ARM template',
      data: '{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","resources":[]}',
      says: /an ARM template/u,
    },
    {
      name: 'Invoke-AzRestMethod',
      data: '{"StatusCode":200,"Content":"{}"}',
      says: /Invoke-AzRestMethod.*\.Content > file\.json/u,
    },
    {
      name: 'a Resource Graph table',
      data: '{"count":1,"data":{"columns":[],"rows":[]}}',
      says: /a Resource Graph table.*az graph query/u,
    },
    {
      name: 'an error of Azure',
      data: '{"error":{"code":"AuthorizationFailed","message":"no"}}',
      says: /an error of Azure \(no\)/u,
    },
    {
      name: 'an error of Kubernetes',
      data: '{"kind":"Status","apiVersion":"v1","message":"pods is forbidden","code":403}',
      says: /an error of the Kubernetes API \(pods is forbidden\)/u,
    },
    {
      name: 'events of another API',
      data: '{"apiVersion":"events.k8s.io/v1","kind":"EventList","items":[]}',
      says: /an EventList/u,
    },
    {
      name: 'an error of az, whose line looks like YAML',
      data: "ERROR: (AuthorizationFailed) The client 'a' may not\nCode: AuthorizationFailed\n",
      says: /a message of az \(ERROR: \(AuthorizationFailed\)/u,
    },
    {
      name: 'an error of kubectl, whose line looks like YAML',
      data: 'error: You must be logged in to the server (Unauthorized)\n',
      says: /a message of kubectl \(error: You must be logged in/u,
    },
    {
      name: 'kubectl get --watch',
      data: `{"type":"ADDED","object":${service}}\n{"type":"MODIFIED","object":${service}}\n`,
      says: /kubectl watch output; ignored \(save it with: .*without --watch/u,
    },
    {
      name: 'az resource list',
      data: '[{"changedTime":null,"createdTime":null,"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/k","name":"k","properties":null,"type":"Microsoft.Network/loadBalancers"}]',
      says: /az resource list output, which lacks the properties.*az network lb list/u,
    },
    {
      name: 'an archive of another kind',
      data: Buffer.from('fd377a585a000004e6d6b4460200', 'hex'),
      says: /a \.xz archive, which is not supported \(\.zip, \.tar\.gz/u,
    },
    {
      name: 'a kubeconfig',
      data: 'apiVersion: v1\nkind: Config\nclusters: []\n',
      says: /a kubeconfig, which is not needed/u,
    },
    {
      name: 'a template',
      data: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n',
      says: /a template/u,
    },
    {
      name: 'agent pools',
      data: '[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c/agentPools/p","type":"Microsoft.ContainerService/managedClusters/agentPools"}]',
      says: /a resource microsoft\.containerservice\/managedclusters\/agentpools/u,
    },
    {
      name: 'an empty list of nobody knows what',
      data: '[]',
      says: /an empty list of unknown type/u,
    },
    {
      name: 'a Service of another API',
      data: '{"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"a","namespace":"b"}}',
      says: /a Service \(serving\.knative\.dev\/v1\)/u,
    },
  ])('$name', async ({ data, says }) => {
    const { lines } = await auditFile('given.txt', data);
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(lines[0]).toContain('given.txt: ');
  });

  test.each([
    {
      name: 'a Resource Graph answer that goes on',
      data: `{"count":1,"total_records":2,"data":[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/k","type":"microsoft.network/loadbalancers","properties":{}}]}`,
      says: /Resource Graph result is incomplete.*--first 1000/u,
    },
    {
      name: 'PowerShell that was not deep enough',
      data: `[{"Name":"kubernetes","Id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/kubernetes","Sku":{"Name":"Standard"},"FrontendIpConfigurations":["Microsoft.Azure.Commands.Network.Models.PSFrontendIPConfiguration"]}]`,
      says: /not an object with properties.*ConvertTo-Json -Depth 20/u,
    },
    {
      name: 'Kubernetes objects from PowerShell that was not deep enough',
      data: '{"kind":"ServiceList","apiVersion":"v1","items":[{"metadata":{"name":"a","namespace":"b"},"spec":{"type":"LoadBalancer","ports":["@{port=80}"]}}]}',
      says: /strings instead of objects.*ConvertTo-Json -Depth 20/u,
    },
    {
      name: 'a warning of az above the JSON',
      data: `WARNING: This command is in preview\n${service}\n`,
      says: /below a line of text \(WARNING: This command is in preview\); save it without 2>&1/u,
    },
    {
      name: 'a warning of kubectl above the YAML',
      data: 'Warning: v1 Endpoints is deprecated\napiVersion: v1\nkind: List\nitems: []\n',
      says: /below a line of text \(Warning: v1 Endpoints is deprecated\)/u,
    },
    {
      name: 'the command itself above the JSON',
      data: `me@box:~$ kubectl get svc -A -o json\n${service}\n`,
      says: /below a line of text \(me@box:~\$ kubectl get svc/u,
    },
    {
      name: 'az -o jsonc',
      data: '[\n  {\n    \u001B[34;01m"id"\u001B[39;49;00m: \u001B[33m"/subscriptions/s"\u001B[39;49;00m\n  }\n]\n',
      says: /the file has colour codes; save it with -o json/u,
    },
    {
      name: 'YAML of kubectl that was cut short at the end of a line',
      data: 'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: a\n    namespace: b\n',
      says: /the list has no kind: the file is cut short/u,
    },
    {
      name: 'JSON that was cut short',
      data: '{"kind":"ServiceList","items":[{"a":',
      says: /the file is truncated/u,
    },
  ])('$name: exit 2', async ({ data, says }) => {
    const { lines, unreadable } = await auditFile('given.json', data);
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(unreadable).toBe(true);
  });

  test.each([
    'beta.kubernetes.io/azure-load-balancer-internal',
    'service.kubernetes.io/azure-load-balancer-internal',
    'service.beta.kubernetes.io/Azure-load-balancer-internal',
    'Service.Beta.Kubernetes.io/azure-load-balancer-internal',
    'service.beta.kubernetes.io/azure-load-balancer-internal ',
  ])('%p: the internal key, misspelled, is the critical finding', async (key) => {
    const { report } = await auditFile(
      'misspelled.json',
      JSON.stringify({
        ...JSON.parse(service),
        metadata: { name: 'a', namespace: 'b', annotations: { [key]: 'true' } },
      }),
    );
    const found = report.clusters.flatMap(({ findings }) => findings);
    expect(found).toContainEqual(
      expect.objectContaining({
        rule: 'service/internal-annotation-misspelled',
        severity: 'critical',
      }),
    );
  });

  test('an object of an exporter that names no type is no Service with a load balancer', async () => {
    const data =
      '{"apiVersion":"v1","kind":"ServiceList","items":[{"metadata":{"name":"a","namespace":"b"},"spec":{"ports":[{"port":80}]}}]}';
    expect((await auditFile('exported.json', data)).lines).toEqual([]);
  });
});
