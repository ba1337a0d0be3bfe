import React, { Component } from 'react';
import Guest from 'components/Guest';

export default class Guestbook extends Component {
  constructor(props) {
    super(props);
    this.state = { guests: props.first };
    this.sign = this.sign.bind(this);
  }

  componentWillMount() {
    this.title = 'Guestbook';
  }

  sign() {
    this.setState({ guests: this.state.guests.concat('A new guest') });
  }

  render() {
    const { guests } = this.state;
    return (
      <div>
        <h1>{this.title}</h1>
        <p>{guests.length} guests</p>
        <ul>{guests.map((name, index) => <Guest key={index} name={name} ref={index === 0 ? 'first' : undefined} />)}</ul>
        <button onClick={this.sign}>Sign</button>
        <small>React {React.version.split('.')[0]}</small>
      </div>
    );
  }
}
