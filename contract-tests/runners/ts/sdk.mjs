// The SDK as it is built in the tree.
export * from '../../../ts/dist/esm/index.js';
