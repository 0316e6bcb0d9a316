/** Paper cannot unfold anything: all that is folded opens before printing and closes after it. */
export function openForPrint(): void {
  let opened: Element[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    for (const details of opened) details.setAttribute('open', '');
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.removeAttribute('open');
    opened = [];
  });
}
