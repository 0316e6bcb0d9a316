export * from './attachment.ts';
export * from './controllers.ts';
export * from './hostnames.ts';
export * from './ingress-nginx.ts';
export * from './references.ts';
export * from './requests.ts';
