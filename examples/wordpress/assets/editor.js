/** The two blocks in the editor, in WordPress's own words: no build step. */
(({ blocks, blockEditor, components, element, i18n }) => {
  const { createElement: el } = element;
  const { __ } = i18n;
  const { InnerBlocks, InspectorControls, useBlockProps } = blockEditor;
  const { PanelBody, TextControl } = components;

  const tipFields = {
    amount: __('Amount, such as 0.02', 'micro-pay'),
    currency: __('Currency, such as USD', 'micro-pay'),
    reason: __('What for', 'micro-pay'),
  };

  function TipEdit({ attributes, setAttributes }) {
    const fields = Object.entries(tipFields).map(([name, label]) =>
      el(TextControl, {
        key: name,
        label,
        value: attributes[name],
        onChange: (text) => setAttributes({ [name]: text }),
      }),
    );
    const price = [attributes.amount, attributes.currency].filter(Boolean).join(' ');
    return el(
      'div',
      useBlockProps(),
      el(InspectorControls, null, el(PanelBody, { title: __('Tip', 'micro-pay') }, fields)),
      el(
        'p',
        null,
        `🪙 ${__('Tip', 'micro-pay')} ${price || __('(the site’s price)', 'micro-pay')}`,
      ),
    );
  }

  function PaidEdit() {
    return el(
      'div',
      useBlockProps({ style: { borderInlineStart: '4px solid', paddingInlineStart: '1em' } }),
      el('p', null, el('strong', null, __('Paid from here', 'micro-pay'))),
      el(InnerBlocks),
    );
  }

  blocks.registerBlockType('micro-pay/tip', {
    apiVersion: 3,
    title: __('Tip', 'micro-pay'),
    icon: 'money-alt',
    category: 'widgets',
    attributes: {
      amount: { type: 'string', default: '' },
      currency: { type: 'string', default: '' },
      reason: { type: 'string', default: '' },
    },
    edit: TipEdit,
    save: () => null,
  });
  blocks.registerBlockType('micro-pay/paid', {
    apiVersion: 3,
    title: __('Paid part', 'micro-pay'),
    icon: 'lock',
    category: 'design',
    supports: { multiple: false, html: false },
    edit: PaidEdit,
    save: () => el(InnerBlocks.Content),
  });
})(window.wp);
