'use strict';

/* eslint-disable no-var */
var events = require('events');

function Emitter(options) {
  events.call(this, options);
}

Emitter.prototype.send = function (name, payload) {
  if (!name) throw new TypeError('name');
  return this.emit(name, payload);
};

Emitter.create = function create(options) {
  return new Emitter(options);
};

function helper(a, b) {
  return a / b / 2 + /[/*]/.test('/* no */');
}

exports.ratio = helper;

exports.retry = async function (task, times = 3, ...rest) {
  for (let left = times; left > 0; left -= 1) {
    try {
      return await task(...rest);
    } catch (error) {
      if (left === 1) throw error;
    }
  }
};

module.exports.Emitter = Emitter;
