import { oneLine, type Terminal } from './terminal.ts';

export interface ProgressBar {
  /** `done` of `total` are done; `label` says what was last. */
  readonly update: (done: number, total: number, label: string) => void;
  /** Takes the bar off the terminal, so that what follows starts on a line of its own. */
  readonly end: () => void;
}

/**
 * Progress of a long command on standard error: one line that is redrawn on a terminal, a line for
 * each step otherwise. A single step is no long work, and says nothing.
 */
export function progressOn(
  io: Terminal,
  did = 'audited',
  now: () => number = Date.now,
): ProgressBar {
  const started = now();
  if (!io.live)
    return {
      update(done, total, label) {
        if (total > 1) io.err(`${did} ${done} of ${total}  ${oneLine(label, 120)}\n`);
      },
      end: () => undefined,
    };
  let drawn = false;
  return {
    update(done, total, label) {
      if (total <= 1) return;
      drawn = true;
      io.err(`\r\u001B[2K${barLine(done, total, label, now() - started, io.errWidth)}`);
    },
    end() {
      if (drawn) io.err('\r\u001B[2K');
      drawn = false;
    },
  };
}

const barWidth = 24;

/** `████████········ 120/5000  ~3 min left  aks-app: complete`, cut to the terminal's width. */
export function barLine(
  done: number,
  total: number,
  label: string,
  elapsedMs: number,
  width: number,
): string {
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(part * barWidth);
  const bar = '█'.repeat(full) + '·'.repeat(barWidth - full);
  const left =
    done === 0 || done >= total ? '' : `  ~${timeLeft((elapsedMs / done) * (total - done))} left`;
  return `${bar} ${done}/${total}${left}  ${oneLine(label, 120)}`.slice(0, Math.max(20, width - 1));
}

function timeLeft(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
