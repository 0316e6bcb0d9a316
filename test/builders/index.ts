export * from './azure.ts';
export * from './cluster.ts';
export * from './ingress.ts';
export * from './kubernetes.ts';
export * from './observed.ts';
