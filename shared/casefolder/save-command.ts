import { armLists } from './arm-lists.ts';
import { savedKubernetesLists } from './kubernetes-lists.ts';
import { allKinds } from './sort-item.ts';

/** How to save a file of a case folder, by its path there; `undefined` = none of ours. */
export function saveCommand(file: string): string | undefined {
  return allKinds.find((each) => each.file === file)?.command;
}

/** How to save several lists at once, for people who keep no layout: a line for each side. */
export function saveTogether(files: readonly string[]): readonly string[] {
  const ofKubernetes = savedKubernetesLists.filter(({ file }) => files.includes(file));
  const ofArm = [...armLists.values()].filter(({ file }) => files.includes(file));
  const kinds = ofKubernetes.map(({ resource }) => resource).join(',');
  const lines = [
    kinds === '' ? [] : [kinds, `kubectl get ${kinds} -A -o json > kubernetes.json`],
    ofArm.length === 0
      ? []
      : [
          ofArm.map(({ file }) => file.slice('arm/'.length, -'.json'.length)).join(','),
          ofArm.map(({ cli = '' }) => cli).join('; '),
        ],
  ];
  return lines.flatMap(([what, command]) =>
    what === undefined ? [] : [`not given: ${what}; save it with: ${command}`],
  );
}
