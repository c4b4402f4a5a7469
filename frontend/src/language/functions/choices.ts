/** Choice functions (engine/language/functions/choices.py). */
import type { Functions } from './function';

export const FUNCTIONS: Functions = {};
