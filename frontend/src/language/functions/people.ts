/** People functions (engine/language/functions/people.py). */
import type { Functions } from './function';

export const FUNCTIONS: Functions = {};
