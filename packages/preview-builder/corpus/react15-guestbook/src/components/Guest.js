import React from 'react';

export default class Guest extends React.PureComponent {
  render() {
    return <li>{this.props.name}</li>;
  }
}
