/** Choice functions (engine/language/functions/choices.py). The checker has put the options behind the written arguments. */
import { Decimal } from '../decimal';
import { type Compute, type Functions, lenient, strict } from './function';

function labelOf(choice: string, _: string, ...labels: string[]): string {
  const place = labels.findIndex((text, index) => index % 2 === 0 && text === choice);
  return (place < 0 ? undefined : labels[place + 1]) ?? choice;
}

function optionIndex(choice: string, ...options: string[]): Decimal | null {
  const place = options.indexOf(choice);
  return place < 0 ? null : Decimal.of(place + 1);
}

/** The option so many places further on. */
function beside(step: number): Compute {
  return strict((choice: string, ...options: string[]) => {
    const place = options.indexOf(choice);
    return place < 0 ? null : (options[place + step] ?? null);
  });
}

/** A test of how far one option stands behind another, which fails when one of them is none. */
function distance(test: (places: number) => boolean): Compute {
  return lenient((choice = null, other = null, ...options) => {
    const [first, second] = [options.indexOf(choice), options.indexOf(other)];
    return first >= 0 && second >= 0 && test(first - second);
  });
}

export const FUNCTIONS: Functions = {
  label_of: strict(labelOf),
  option_index: strict(optionIndex),
  next_option: beside(1),
  previous_option: beside(-1),
  is_before: distance((places) => places < 0),
  is_after: distance((places) => places > 0),
  has_reached: distance((places) => places >= 0),
};
