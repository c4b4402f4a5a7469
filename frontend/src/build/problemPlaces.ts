/** Problems at the places of an editor: what concerns one, and the way to it. */
import type { Text } from '@/i18n';

/** As the checks and the previews of the server tell it; `path` is a JSON pointer into the definition. */
export interface PlacedProblem {
  path: string;
  code: string;
  message: Text;
  suggestion: string | null;
  severity?: 'error' | 'warning';
  span?: [number, number] | null;
}

const isWithin = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

/** Those of a place and of everything below it. */
export const problemsAt = <P extends { path: string }>(problems: readonly P[], place: string): P[] =>
  problems.filter(({ path }) => isWithin(path, place));

/** Goes to the control that stands nearest to a path: controls and groups carry theirs as `data-path`. */
export function openPath(path: string): void {
  const places = [...document.querySelectorAll<HTMLElement>('[data-path]')];
  const length = (place: HTMLElement) => place.dataset.path?.length ?? 0;
  const nearest = places
    .filter((place) => isWithin(path, place.dataset.path ?? ''))
    .toSorted((a, b) => length(b) - length(a))[0];
  if (!nearest) return;
  nearest.scrollIntoView({ block: 'center' });
  const control = 'input:not([type=hidden]), textarea, button, [tabindex="0"]';
  (nearest.matches(control) ? nearest : nearest.querySelector<HTMLElement>(control))?.focus({ preventScroll: true });
}
