/** A kubeconfig as text, untrusted; or why ARM gives none, with the status where one came (else 0). */
export type KubeconfigAnswer =
  | { readonly kind: 'kubeconfig'; readonly text: string }
  | { readonly kind: 'refused'; readonly status: number; readonly why: string };
