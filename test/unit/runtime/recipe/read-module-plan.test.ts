import { describe, expect, test } from 'vitest';
import { describePlan } from '../../../../src/runtime/recipe/module-plan.js';
import { readModulePlan } from '../../../../src/runtime/recipe/read-module-plan.js';

/** The plan of modules after a transformer, each with its settings. */
function plan(...modules: [type: string, config?: object][]): ReturnType<typeof readModulePlan> {
  const files = new Map<string, unknown>(
    modules.map(([type, config], index) => [`${index + 1}_${type}/config.json`, config]),
  );
  const entries = [['Transformer'], ...modules].map(([type], idx) => ({
    idx,
    path: idx === 0 ? '' : `${idx}_${type}`,
    type: `sentence_transformers.models.${type}`,
  }));
  files.set('modules.json', entries);
  return readModulePlan((path) => files.get(path));
}

const MEAN = { pooling_mode: 'mean' };
const DENSE = { in_features: 4, out_features: 2, bias: true, activation_function: 'torch.nn.modules.activation.Tanh' };
const TOKENS = { module_input_name: 'token_embeddings', module_output_name: 'token_embeddings' };

describe('readModulePlan', () => {
  test('keeps the order of what follows pooling', () => {
    const identity = {
      ...DENSE,
      bias: false,
      activation_function: 'torch.nn.modules.linear.Identity',
      use_residual: true,
    };
    const read = plan(
      ['Pooling', MEAN],
      ['Dense', DENSE],
      ['Dropout'],
      ['LayerNorm'],
      ['Dense', identity],
      ['Normalize'],
    );
    expect(read).toEqual({
      onTokens: [],
      pooling: { modes: ['mean'], includesPrompt: true },
      onVectors: [
        { kind: 'dense', path: '2_Dense', inputs: 4, outputs: 2, hasBias: true, activation: 'tanh', addsInput: false },
        { kind: 'layer-norm', path: '4_LayerNorm' },
        {
          kind: 'dense',
          path: '5_Dense',
          inputs: 4,
          outputs: 2,
          hasBias: false,
          activation: 'identity',
          addsInput: true,
        },
        { kind: 'normalize' },
      ],
    });
    expect(describePlan(read)).toBe('mean>dense>layer-norm>dense');
  });

  test('does to tokens what names them, and nothing once they are pooled', () => {
    const read = plan(
      ['Normalize', TOKENS],
      ['Dense', { ...DENSE, ...TOKENS }],
      ['Pooling', MEAN],
      ['Normalize', TOKENS],
    );
    expect(read.onTokens.map(({ kind }) => kind)).toEqual(['normalize', 'dense']);
    expect(read.onVectors).toEqual([]);
    expect(describePlan(read)).toBe('normalize>dense>mean');
  });

  test('tells scaling that comes before another module from scaling at the end', () => {
    expect(describePlan(plan(['Pooling', MEAN], ['Normalize'], ['Dense', DENSE]))).toBe('mean>normalize>dense');
    expect(describePlan(plan(['Pooling', MEAN], ['Normalize']))).toBe('mean');
  });

  test.each<[what: string, obstacle: string, modules: [type: string, config?: object][]]>([
    ['a module that is not known', "needs its 'Router' module", [['Pooling', MEAN], ['Router']]], // prettier-ignore
    ['pooling twice', 'pools twice', [['Pooling', MEAN], ['Pooling', MEAN]]], // prettier-ignore
    ['an activation that is not known', 'activation torch.nn.modules.activation.Mish', [['Pooling', MEAN], ['Dense', { ...DENSE, activation_function: 'torch.nn.modules.activation.Mish' }]]], // prettier-ignore
    ['an activation of somebody else', 'activation custom.Tanh', [['Pooling', MEAN], ['Dense', { ...DENSE, activation_function: 'custom.Tanh' }]]], // prettier-ignore
    ['a dense module of no width', "don't say how wide", [['Pooling', MEAN], ['Dense']]], // prettier-ignore
    ['one that reads something else', "of 'pooler_output' in its 'Normalize'", [['Pooling', MEAN], ['Normalize', { module_input_name: 'pooler_output' }]]], // prettier-ignore
    ['one that writes elsewhere', "makes 'x' of 'token_embeddings'", [['Dense', { ...DENSE, ...TOKENS, module_output_name: 'x' }], ['Pooling', MEAN]]], // prettier-ignore
    ['vectors before there are any', "'Dense' module before pooling", [['Dense', DENSE], ['Pooling', MEAN]]], // prettier-ignore
  ])('names %s', (_what, obstacle, modules) => {
    expect(plan(...modules).obstacle).toContain(obstacle);
  });

  test.each(['Router', 'Asym'])('says that %s sends queries another way than documents', (type) => {
    expect(plan(['Pooling', MEAN], [type])).toMatchObject({ hasRoutes: true });
    expect(plan(['Pooling', MEAN])).not.toHaveProperty('hasRoutes');
  });

  test('keeps that prompts are left out where that is what stands in the way', () => {
    const read = plan(['Pooling', { pooling_mode: 'cls', include_prompt: false }]);
    expect(read.pooling).toEqual({ modes: ['cls'], includesPrompt: false });
    expect(read.obstacle).toContain('leaves the prompt out');
  });

  test('names a first module that is no transformer', () => {
    const files = { 'modules.json': [{ path: '', type: 'sentence_transformers.models.StaticEmbedding' }] };
    expect(readModulePlan((path) => files[path as 'modules.json']).obstacle).toContain(
      "begins with its 'StaticEmbedding'",
    );
  });

  test('reads pooling alone where there is no list of modules', () => {
    const files = { '1_Pooling/config.json': MEAN };
    const read = readModulePlan((path) => files[path as '1_Pooling/config.json']);
    expect(read).toEqual({ onTokens: [], pooling: { modes: ['mean'], includesPrompt: true }, onVectors: [] });
  });
});
