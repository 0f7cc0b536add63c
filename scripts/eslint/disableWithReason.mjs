/**
 * ESLint rule: a directive that switches a rule off says which rule and why,
 * as in `// eslint-disable-next-line complexity -- one case per protocol message`.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const disableWithReason = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      reason: "Say why the rule is off: end the directive with ' -- reason'.",
      name: 'Name the rules that are switched off: a directive without names switches all of them off.',
    },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const directive = /^\s*eslint-disable(?:-next-line|-line)?(?=\s|$)(.*)$/su.exec(
            comment.value,
          );
          if (directive === null) continue;
          const [names = '', reason = ''] = (directive[1] ?? '').split(/\s--\s/u);
          if (names.trim() === '') context.report({ loc: comment.loc, messageId: 'name' });
          if (reason.trim() === '') context.report({ loc: comment.loc, messageId: 'reason' });
        }
      },
    };
  },
};
