import type { ManagedCluster } from '../../model/index.ts';

/** What gives the right to ask ARM for the user kubeconfig. */
export function grantOfKubeconfig(cluster: ManagedCluster): string {
  return roleCommand('Azure Kubernetes Service Cluster User Role', cluster.id);
}

/** What gives the rights to read a cluster's objects: by Azure's role where it decides, else inside the cluster. */
export function grantOfObjects(cluster: ManagedCluster): string {
  return cluster.access.azureRbac
    ? `az role definition create --role-definition infra/cluster-reader.role.json; ${roleCommand('Evenkeel Cluster Reader', cluster.id)}`
    : 'kubectl apply -f infra/cluster-reader.clusterrole.yaml';
}

/** What lets a subscription be seen, and its clusters and load balancers with it. */
export function grantOfSubscription(id: string): string {
  return roleCommand('Reader', `/subscriptions/${id}`);
}

/** What gives the right to ask for the health of a rule's backends; Reader does not hold it. */
export function grantOfHealth(subscriptionId: string): string {
  return `az role definition create --role-definition infra/health-reader.role.json; ${roleCommand('Evenkeel Health Reader', `/subscriptions/${subscriptionId}`)}`;
}

/** What lets metrics be read of every load balancer of a subscription. */
export function grantOfMetrics(subscriptionId: string): string {
  return roleCommand('Monitoring Reader', `/subscriptions/${subscriptionId}`);
}

/** A refusal in few words: Azure's own name the identity twice, and are long enough to be cut. */
export function refusedAction(why: string): string {
  return why.replace(/: 403 .*?perform action '([\w./]+)'.*$/su, ': 403, no right to $1');
}

function roleCommand(role: string, id: string): string {
  // Somebody may paste it into a shell: an id with anything odd in it is left out.
  const scope = /^[\w\-./() ]{1,1024}$/u.test(id) ? id : 'SCOPE';
  return `az role assignment create --assignee IDENTITY_OBJECT_ID --role "${role}" --scope "${scope}"`;
}
