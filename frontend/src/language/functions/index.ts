/** The functions of the language, by their keys in engine/language/functions. */
import { FUNCTIONS as BUSINESS } from './business';
import { FUNCTIONS as CHOICES } from './choices';
import { FUNCTIONS as DATES } from './dates';
import type { Functions } from './function';
import { FUNCTIONS as LISTS } from './lists';
import { FUNCTIONS as LOOKUPS } from './lookups';
import { FUNCTIONS as MONEY } from './money';
import { FUNCTIONS as NUMBERS } from './numbers';
import { FUNCTIONS as PEOPLE } from './people';
import { FUNCTIONS as TEXT } from './text';

export const FUNCTIONS: Functions = {
  ...TEXT,
  ...NUMBERS,
  ...MONEY,
  ...CHOICES,
  ...DATES,
  ...BUSINESS,
  ...LISTS,
  ...LOOKUPS,
  ...PEOPLE,
};
