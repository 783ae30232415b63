// SPDX-License-Identifier: Apache-2.0
// Usage: node build.mjs OUTPUT.js, with the packages of package.json installed.
import { build } from 'esbuild';

// Its package reaches into another's insides; a plain box scrolls as well.
const scrollbars = {
  name: 'scrollbars',
  setup(builder) {
    builder.onResolve({ filter: /^react-custom-scrollbars-2$/ }, () => ({ path: 'scrollbars', namespace: 'shim' }));
    builder.onLoad({ filter: /.*/, namespace: 'shim' }, () => ({
      loader: 'jsx', resolveDir: process.cwd(),
      contents: `import React from 'react';
        export const Scrollbars = React.forwardRef(({ children, style, onScroll }, ref) => <div ref={ref} style={{ overflow: 'hidden', ...style }}>{children}</div>);
        export default Scrollbars;`,
    }));
  },
};

await build({
  entryPoints: ['app.jsx'], outfile: process.argv[2], bundle: true, format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'error',
  jsx: 'transform', plugins: [scrollbars], define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  loader: { '.svg': 'dataurl', '.ttf': 'empty', '.woff': 'empty', '.woff2': 'empty', '.png': 'dataurl' },
});
