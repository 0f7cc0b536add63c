/** The methods of searching, for whoever offers them. */
import { METHODS, type Method } from '../../core/search/methods.ts';

export const METHOD_NAMES: readonly Method[] = METHODS;
