import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import { config, configs } from 'typescript-eslint';

export default config(
  { ignores: ['node_modules', 'var', 'dist', 'coverage', 'test/recordings'] },
  js.configs.recommended,
  ...configs.recommended,
  { languageOptions: { globals: { ...globals.node } } },
  {
    files: ['src/web/**/*.{ts,tsx}'],
    languageOptions: { globals: { ...globals.browser } },
    plugins: { 'react-hooks': reactHooks },
    rules: { ...reactHooks.configs.recommended.rules },
  },
  { files: ['public/*.js'], languageOptions: { globals: { ...globals.serviceworker } } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['**/*.mjs'], languageOptions: { globals: { ...globals.node } } },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-control-regex': 'off',
      'no-irregular-whitespace': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
);
